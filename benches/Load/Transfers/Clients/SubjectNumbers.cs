using System.Text;
using Exchange.Cli.Demo.World;

namespace Exchange.Benches.Load.Transfers.Clients;

/// <summary>How the state names the customers of a run, written beforehand, to be drawn from.</summary>
internal sealed class SubjectNumbers
{
    /// <summary>Digits of an INN.</summary>
    public const int Digits = 12;

    private readonly byte[] _numbers;

    public SubjectNumbers(IReadOnlyCollection<string> customers)
    {
        _numbers = new byte[customers.Count * Digits];
        var offset = 0;
        foreach (var customer in customers)
        {
            offset += Encoding.ASCII.GetBytes(Inn.OfCustomer(customer), _numbers.AsSpan(offset));
        }
    }

    /// <summary>One of them, by chance.</summary>
    public ReadOnlySpan<byte> Draw() => _numbers.AsSpan(Digits * Random.Shared.Next(_numbers.Length / Digits), Digits);
}
