using Exchange.Client;
using Exchange.Client.Auditing;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Node.Tests.Auditing;

/// <summary>What a node that lies may write into the folder of who downloads its log.</summary>
public sealed class ExportTargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exchange-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("../client.yaml")]
    [InlineData("/client.yaml")]
    [InlineData("client.yaml")]
    [InlineData("export-state")]
    [InlineData("checkpoint/of")]
    [InlineData("keys/a/b")]
    [InlineData("tile")]
    [InlineData("log/00000000000000000000.segment")]
    public void A_file_that_is_no_part_of_a_published_log_is_refused(string path)
    {
        using var target = new ExportTarget(_folder, new LogExportRange());

        Should.Throw<ExchangeEvidenceException>(() => target.Write(Part(path)));

        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("keys/00ff.pem")]
    [InlineData("tile/0/x001/234.p/7")]
    [InlineData("batches/x001/234")]
    [InlineData("linkage")]
    public void A_file_of_a_published_log_is_written(string path)
    {
        using var target = new ExportTarget(_folder, new LogExportRange());

        target.Write(Part(path));

        File.ReadAllBytes(Path.Combine(_folder, path)).ShouldBe([7]);
    }

    private static ExportedPart Part(string path) => new() { Path = path, Data = ByteString.CopyFrom(7), CheckpointSize = 9, Last = true };
}
