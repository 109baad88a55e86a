using System.Security.Cryptography;

namespace Exchange.Vocabulary;

/// <summary>
/// Random bytes for ids and salts. The system's generator takes a microsecond for each call, be it for 16 bytes or for a thousand; so each thread
/// fetches a stock, gives every byte once and wipes it as it goes. What lasts longer than a transfer, a key above all, is drawn directly.
/// </summary>
public static class RandomBytes
{
    private const int StockSize = 1024;

    /// <summary>More than a draw of this size is worth a call of its own.</summary>
    private const int LargestDraw = 64;

    /// <summary>Seen by the test that nothing given stays here.</summary>
    [ThreadStatic]
    internal static byte[]? Stock;

    [ThreadStatic]
    private static int _left;

    /// <summary>Fills the destination with bytes of the system's random generator that nobody else gets.</summary>
    public static void Fill(Span<byte> destination)
    {
        if (destination.Length > LargestDraw)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }

        var stock = Stock ??= new byte[StockSize];
        if (_left < destination.Length)
        {
            RandomNumberGenerator.Fill(stock);
            _left = StockSize;
        }

        // Counted first: whatever happens afterwards, these are not given again.
        _left -= destination.Length;
        var drawn = stock.AsSpan(_left, destination.Length);
        drawn.CopyTo(destination);
        CryptographicOperations.ZeroMemory(drawn);
    }
}
