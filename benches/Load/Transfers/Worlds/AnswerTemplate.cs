using System.Text;

namespace Exchange.Benches.Load.Transfers.Worlds;

/// <summary>Answers about customers who are too many to be listed: one answer, in which the customer's number is written over.</summary>
internal sealed class AnswerTemplate
{
    /// <summary>Digits of every customer's number, so that all answers are of one size.</summary>
    public const int NumberDigits = 6;

    private readonly byte[] _answer;
    private readonly int[] _numbers;

    public AnswerTemplate(int size)
    {
        // Where the answers about two customers differ, the number stands.
        _answer = BenchOrders.Answer(new string('0', NumberDigits), size);
        var other = BenchOrders.Answer(new string('1', NumberDigits), size);
        int[] differing = [.. Enumerable.Range(0, size).Where(index => _answer[index] != other[index])];
        _numbers = [.. differing.Where((_, index) => index % NumberDigits == 0)];
    }

    /// <summary>The answer about a customer; null unless the number can be one's.</summary>
    public byte[]? About(string customer)
    {
        if (customer.Length != NumberDigits || customer.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var answer = _answer.AsSpan().ToArray();
        foreach (var number in _numbers)
        {
            Encoding.ASCII.GetBytes(customer, answer.AsSpan(number));
        }

        return answer;
    }
}
