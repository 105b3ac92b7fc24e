// Two classes at once: specs own threads (lanes, readers, sinks), and the machine may have two cores.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
