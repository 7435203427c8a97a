"""The approvals of projects: which are needed, where each stands on a day, when works may start."""
