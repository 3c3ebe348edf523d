package main

func memory() panel {
	return graph("Memory", "What the process holds, and what of it is the heap of Go in use.",
		field{Unit: "bytes", Min: new(0.0)},
		asked{live("process_resident_memory_bytes"), "{{instance}} resident"},
		asked{live("go_memstats_heap_inuse_bytes"), "{{instance}} heap"})
}

func processor() panel {
	return graph("Processor", "Cores in use.", field{Unit: "none", Min: new(0.0), Decimals: new(2)},
		asked{"rate(" + live("process_cpu_seconds_total") + "[$__rate_interval])", "{{instance}}"})
}

func goroutines() panel {
	return graph("Goroutines and open files", "Both are level from run to run, or something leaks.", field{Unit: "none", Min: new(0.0)},
		asked{live("go_goroutines"), "{{instance}} goroutines"},
		asked{live("process_open_fds"), "{{instance}} files"})
}

func scrapeDuration() panel {
	return graph("Duration of scrapes", "A scrape copies a page that is ready, it never waits for AWS.", field{Unit: "s", Min: new(0.0)},
		asked{live("scrape_duration_seconds"), "{{instance}}"})
}

func scrapeSamples() panel {
	return graph("Size of the page", "Samples of a scrape. Above sample_limit Prometheus drops the page as a whole.", field{Unit: "none", Min: new(0.0)},
		asked{live("scrape_samples_scraped"), "{{instance}}"})
}
