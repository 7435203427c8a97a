"""Places: parcels, buildings, and the lines left standing in them."""
