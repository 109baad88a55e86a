using Fault = Exchange.Audit.Tests.MemoryDisk.Fault;

namespace Exchange.Audit.Tests.Faults;

/// <summary>
/// Every operation that changes a disk or makes it durable (create, write, truncate, sync, sync of the directory, rename, delete), of the log as of
/// its tiles and checkpoints, in the midst of appending, signing, removing and changing keys, fails once, in every way that a disk fails.
/// </summary>
public sealed class EveryOperationTests
{
    [Theory]
    [InlineData(nameof(Fault.Error))]
    [InlineData(nameof(Fault.Full))]
    [InlineData(nameof(Fault.Short))]
    [InlineData(nameof(Fault.LostSync))]
    [InlineData(nameof(Fault.PowerLoss))]
    public async Task Of_the_log(string kind) => await FailEach(life => life.Log, Enum.Parse<Fault>(kind), harmless: false);

    [Theory]
    [InlineData(nameof(Fault.Error))]
    [InlineData(nameof(Fault.Full))]
    [InlineData(nameof(Fault.Short))]
    [InlineData(nameof(Fault.LostSync))]
    [InlineData(nameof(Fault.PowerLoss))]
    public async Task Of_the_tiles(string kind) => await FailEach(life => life.Tiles, Enum.Parse<Fault>(kind), harmless: true);

    [Theory]
    [InlineData(nameof(Fault.Error))]
    [InlineData(nameof(Fault.Full))]
    [InlineData(nameof(Fault.Short))]
    [InlineData(nameof(Fault.LostSync))]
    [InlineData(nameof(Fault.PowerLoss))]
    public async Task Of_the_checkpoints(string kind) => await FailEach(life => life.Book, Enum.Parse<Fault>(kind), harmless: true);

    private static async Task FailEach(Func<Life, MemoryDisk> disk, Fault fault, bool harmless)
    {
        var operations = await CountOperations(disk);
        operations.ShouldBeGreaterThan(15);
        for (var at = 0; at < operations; at++)
        {
            using var life = new Life(at);
            var (isOff, struck) = (false, string.Empty);
            foreach (var each in (MemoryDisk[])[life.Log, life.Tiles, life.Book])
            {
                each.OnOperation = (_, _) => isOff ? Fault.PowerLoss : Fault.None;
            }

            disk(life).OnOperation = (operation, name) =>
            {
                if (isOff || operation != at)
                {
                    return isOff ? Fault.PowerLoss : Fault.None;
                }

                (isOff, struck) = (fault == Fault.PowerLoss, name);
                return fault;
            };
            var isWell = await life.Run();
            var because = $"{fault} of {struck} at {at}";
            if (fault != Fault.PowerLoss && harmless && struck != "create")
            {
                isWell.ShouldBeTrue(because);
            }

            if (at % 2 == 0 || isOff)
            {
                life.LosePower();
            }

            await life.Check(because);
        }
    }

    private static async Task<int> CountOperations(Func<Life, MemoryDisk> disk)
    {
        using var life = new Life(0);
        (await life.Run()).ShouldBeTrue();
        var operations = disk(life).Operations;
        await life.Check("nothing failed");
        life.Log.Segments()[0].Name.ShouldNotBe(Proofs.Segments.SegmentLayout.FileName(0), "a life in which nothing is removed proves too little");
        return operations;
    }
}
