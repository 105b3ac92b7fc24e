// Processes and browsers share the machine with nobody.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
