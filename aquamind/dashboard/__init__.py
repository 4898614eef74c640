"""Pages to look at the farm with: read-only, without a build step, without the network."""
