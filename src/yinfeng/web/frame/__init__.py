"""The frame of the staff's pages: the site, its side bar, its content policy, what a refusal looks like."""
