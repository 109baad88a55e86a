using Exchange.Cli.Demo.World;

namespace Exchange.Cli.Tests.Demo;

public sealed class InnTests
{
    [Theory]
    [InlineData("500100732259")] // a number that published descriptions of the check digits use
    [InlineData("000001785094")] // computed by hand for customer 17850
    public void A_number_whose_check_digits_agree_is_valid(string inn) => Inn.IsValid(inn).ShouldBeTrue();

    [Theory]
    [InlineData("500100732250")]
    [InlineData("500100732269")]
    [InlineData("510100732259")]
    [InlineData("50010073225")]
    [InlineData("50010073225X")]
    [InlineData("")]
    public void Any_other_is_not(string text) => Inn.IsValid(text).ShouldBeFalse();

    [Fact]
    public void Every_customer_has_a_valid_number_of_their_own_under_an_office_that_does_not_exist()
    {
        var numbers = Enumerable.Range(1, 5000).Select(customer => Inn.OfCustomer(customer.ToString())).ToArray();

        numbers.ShouldAllBe(number => Inn.IsValid(number) && number.StartsWith("0000"));
        numbers.Distinct().Count().ShouldBe(numbers.Length);
    }

    [Theory]
    [InlineData("1000000")]
    [InlineData("-1")]
    [InlineData("C1")]
    public void What_is_no_customer_number_has_none(string customer) => Should.Throw<ArgumentException>(() => Inn.OfCustomer(customer));
}
