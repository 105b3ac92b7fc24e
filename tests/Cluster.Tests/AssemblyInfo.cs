// Nodes share the machine's cores: two clusters at once would each slow the other's clocks down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
