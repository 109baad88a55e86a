using Exchange.Node.Admission;
using Exchange.Node.Identity;
using Exchange.Vocabulary;

namespace Exchange.Node.Tests.Admission;

public sealed class MemberQuotasTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(15)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(1_000_000)]
    public void A_bucket_is_refilled_at_the_rate_that_the_registry_names(int requestsPerSecond)
    {
        var (tokens, every) = MemberQuotas.Refill(requestsPerSecond);

        (tokens / every.TotalSeconds).ShouldBe(requestsPerSecond, tolerance: requestsPerSecond * 0.001);
        every.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(1));
    }
}
