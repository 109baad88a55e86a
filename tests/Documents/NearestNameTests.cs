namespace Exchange.Documents.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("recept", "receipt")]
    [InlineData("reciept", "receipt")]
    [InlineData("RECEIPT", "receipt")]
    [InlineData("receipt.buyer_in", "receipt.buyer_inn")]
    [InlineData("zzz", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_what_somebody_meant(string written, string? meant) =>
        NearestName.Of(written, ["total", "order_number", "receipt.buyer_inn", "receipt"]).ShouldBe(meant);

    [Fact]
    public void Among_equals_the_first_in_ordinal_order_is_taken() => NearestName.Of("ac", ["ad", "ab"]).ShouldBe("ab");

    [Fact]
    public void A_swap_of_neighbours_counts_once() => NearestName.Of("abdc", ["abcd", "abxx"]).ShouldBe("abcd");
}
