// Each test kills, stops or starves a server of its own; side by side they would disturb each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
