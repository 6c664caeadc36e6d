// Each test measures or loads a server of its own; side by side they would measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
