using Exchange.Audit.Proofs.Receipts;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Audit.Tests.Appending;

public sealed class AppendingTests
{
    [Fact]
    public async Task An_appended_entry_verifies_with_its_receipt()
    {
        var disk = new MemoryDisk();
        var body = Some.Body(new Random(1));
        await using var log = Some.Log(disk.Mount());

        var result = await log.Append(body);

        result.Outcome.ShouldBe(ErrorCode.None);
        log.Size.ShouldBe(1ul);
        var receipt = Receipt.Parser.ParseFrom(ReceiptWriter.ToArray(result.Entry));
        new ReceiptVerifier().Verify(receipt, Some.Bound(body), Some.Keys.Find, Some.Origin).ShouldBe(ReceiptVerdict.Valid);
        var report = Some.Verify(disk, new() { Keys = Some.Keys, Receipts = [receipt], MinimumSize = 1 });
        report.Problem.ShouldBeNull();
        report.Size.ShouldBe(1ul);
        report.ReceiptsFound.ShouldBe(1);
    }
}
