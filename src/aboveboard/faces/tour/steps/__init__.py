"""The eight steps of the tour, one a file, in their order; each acts through the rooms everybody uses."""
