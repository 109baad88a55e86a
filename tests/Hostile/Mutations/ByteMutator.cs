namespace Exchange.Hostile.Tests.Mutations;

/// <summary>Changes bytes as broken memory, cut lines and attackers do.</summary>
internal static class ByteMutator
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x04, 0x05, 0x08, 0x09, 0x0A, 0x20, 0x3A, 0x3F, 0x40, 0x7F, 0x80, 0xBF, 0xC0, 0xFE, 0xFF];

    /// <summary>One to four changes; the result may be longer, shorter or empty.</summary>
    public static byte[] Mutate(Random random, byte[] bytes)
    {
        var changed = new List<byte>(bytes);
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            Change(random, changed);
        }

        return [.. changed];
    }

    private static void Change(Random random, List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(bytes.Count);
        var length = random.Next(1, Math.Min(16, bytes.Count - at) + 1);
        switch (random.Next(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                break;
            case 6:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                var other = random.Next(bytes.Count);
                (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                break;
        }
    }
}
