"""The benchmarks, runnable by anyone: ratios of one run, medians with their spread, on both databases."""
