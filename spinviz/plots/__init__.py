"""Live plots: traces, curves, spectra, histograms, levels, bands, images, with the laws over them."""
