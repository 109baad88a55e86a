// Memory is measured here: what another test allocates at the same time would be counted too.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
