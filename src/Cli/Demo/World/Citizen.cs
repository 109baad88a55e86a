namespace Exchange.Cli.Demo.World;

/// <summary>One person with two names: the marketplace knows the customer, the state the INN, and only the node knows both.</summary>
/// <param name="Customer">The marketplace's number.</param>
public sealed record Citizen(string Customer)
{
    /// <summary>The state's number.</summary>
    public string Inn { get; } = World.Inn.OfCustomer(Customer);
}
