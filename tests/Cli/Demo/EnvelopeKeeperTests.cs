using Exchange.Cli.Demo.Retail;
using Exchange.Vocabulary;

namespace Exchange.Cli.Tests.Demo;

public sealed class EnvelopeKeeperTests
{
    [Fact]
    public void What_was_kept_is_read_under_its_subject_and_what_was_cut_off_is_not()
    {
        using var folder = new TemporaryFolder();
        var keeper = new EnvelopeKeeper(folder.File("envelopes"));
        keeper.ReadAll().ShouldBeEmpty();

        keeper.Keep("a", TransferId.New(), [1, 2]);
        keeper.Keep("b", TransferId.New(), [3]);
        File.WriteAllBytes(folder.File("envelopes", "b", "torn.part"), [4]);

        keeper.ReadAll().Select(kept => (kept.Subject, Convert.ToHexString(kept.Bytes))).ShouldBe([("a", "0102"), ("b", "03")]);
    }
}
