// Runs of the product measure this process; two at once would each take the other's memory for what did not come back.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
