"""The portal: investors say what they need and see the places that were released for the public."""
