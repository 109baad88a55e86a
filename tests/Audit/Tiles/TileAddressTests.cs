using Exchange.Audit.Proofs.Tiles;

namespace Exchange.Audit.Tests.Tiles;

public sealed class TileAddressTests
{
    [Theory]
    [InlineData(0, 0UL, 256, "tile/0/000")]
    [InlineData(0, 1_234_067UL, 256, "tile/0/x001/x234/067")]
    [InlineData(0, 273UL, 112, "tile/0/273.p/112")]
    [InlineData(2, 1_000UL, 1, "tile/2/x001/000.p/1")]
    [InlineData(63, ulong.MaxValue, 256, "tile/63/x018/x446/x744/x073/x709/x551/615")]
    [InlineData(TileAddress.Entries, 67UL, 8, "tile/entries/067.p/8")]
    public void A_path_is_written_and_read(int level, ulong index, int width, string path)
    {
        var address = new TileAddress(level, index, width);

        address.Path.ShouldBe(path);
        TileAddress.TryParse(path, out var read).ShouldBeTrue();
        read.ShouldBe(address);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("checkpoint")]
    [InlineData("tile/0")]
    [InlineData("tile/0/")]
    [InlineData("tile/0/67")]
    [InlineData("tile/0/0067")]
    [InlineData("tile/0/x067")]
    [InlineData("tile/0/001/067")]
    [InlineData("tile/0/x000/067")]
    [InlineData("tile/00/067")]
    [InlineData("tile/64/067")]
    [InlineData("tile/-1/067")]
    [InlineData("tile/+1/067")]
    [InlineData("tile/leaves/067")]
    [InlineData("tile/0/067.p/0")]
    [InlineData("tile/0/067.p/256")]
    [InlineData("tile/0/067.p/08")]
    [InlineData("tile/0/067.p")]
    [InlineData("tile/0/067/p/8")]
    [InlineData("tile/0/../067")]
    [InlineData("tile/0/x018/x446/x744/x073/x709/x551/616")]
    [InlineData("tile/0/x999/x018/x446/x744/x073/x709/x551/616")]
    [InlineData("/tile/0/067")]
    [InlineData("tile/0/٠٦٧")]
    public void Anything_else_is_no_path(string? path) => TileAddress.TryParse(path, out _).ShouldBeFalse();
}
