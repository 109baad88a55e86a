using Exchange.Envelopes;

namespace Exchange.Envelope.Tests;

public sealed class PaddingTests
{
    [Theory]
    [InlineData(0, 256)]
    [InlineData(38, 256)]
    [InlineData(256, 256)]
    [InlineData(257, 272)]
    [InlineData(1000, 1024)]
    [InlineData(1025, 1088)]
    [InlineData(10_000, 10_240)]
    [InlineData(1_000_000, 1_015_808)]
    public void Sizes_are_those_of_the_document(int length, int padded) => Padding.PaddedSize(length).ShouldBe(padded);

    [Theory]
    [InlineData(40, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 4352)]
    public void Answers_alone_have_one_size_up_to_a_length_that_they_hardly_reach(int length, int padded) => Padding.PaddedSize(length, answersOnly: true).ShouldBe(padded);

    [Fact]
    public void A_padded_size_is_never_smaller_never_12_percent_larger_and_a_fixed_point()
    {
        var before = 0;
        for (var length = 0; length < 3_000_000; length += length < 100_000 ? 1 : 97)
        {
            var padded = Padding.PaddedSize(length);
            (padded >= length).ShouldBeTrue();
            (length <= Padding.MinimumSize || padded <= length * 1.12).ShouldBeTrue($"{length} became {padded}");
            (padded >= before).ShouldBeTrue();
            (Padding.PaddedSize(padded) == padded).ShouldBeTrue();
            before = padded;
        }
    }

    [Fact]
    public void A_million_lengths_become_few_sizes() =>
        Enumerable.Range(1, 1 << 20).Select(Padding.PaddedSize).Distinct().Count().ShouldBeLessThan(260);

    [Fact]
    public void The_largest_lengths_do_not_wrap_around() => Should.Throw<OverflowException>(() => Padding.PaddedSize(int.MaxValue));
}
