using System.Diagnostics;
using Exchange.Benches.Load.Rounds;

namespace Exchange.Benches.Tests;

/// <summary>A report is worth what its arithmetic is worth.</summary>
public sealed class HistogramTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.99)]
    [InlineData(1.0)]
    public void A_percentile_is_the_one_of_the_sorted_values_within_a_thirtysecond(double fraction)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 10_000).Select(_ => (long)Math.Exp(random.NextDouble() * 20)).ToArray();
        var histogram = new LatencyHistogram();
        Array.ForEach(values, histogram.Add);

        var exact = values.Order().ElementAt((int)Math.Ceiling(fraction * values.Length) - 1) * 1e6 / Stopwatch.Frequency;
        var found = histogram.Microseconds(fraction);

        found.ShouldBeGreaterThanOrEqualTo(exact);
        found.ShouldBeLessThanOrEqualTo((exact * 33 / 32) + (1e6 / Stopwatch.Frequency));
    }

    [Fact]
    public void Workers_histograms_add_up()
    {
        var (one, other) = (new LatencyHistogram(), new LatencyHistogram());
        one.Add(10);
        other.Add(1_000_000);
        one.Add(other);

        one.Count.ShouldBe(2);
        one.Microseconds(0.5).ShouldBeLessThan(one.Microseconds(1));
    }

    [Fact]
    public void A_median_lies_between_the_middle_two_of_an_even_number()
    {
        Median.Of([9, 1, 5]).ShouldBe(5);
        Median.Of([9, 1, 5, 7]).ShouldBe(6);
    }
}
