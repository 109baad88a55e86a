using Exchange.Hostile.Tests.Http2;

namespace Exchange.Hostile.Tests.Mutations;

/// <summary>Header blocks that a decoder must survive: indexes of nothing, integers without end, Huffman codes that are none, tables that grow and shrink.</summary>
internal static class BlockMutator
{
    private static readonly ulong[] Numbers = [0, 1, 15, 30, 31, 61, 62, 63, 126, 127, 128, 4096, 4097, 16_384, 65_536, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 40, ulong.MaxValue];

    /// <summary>A proper block with odd pieces before, within or after it.</summary>
    public static byte[] Mutate(Random random, byte[] proper)
    {
        var block = new List<byte>(proper);
        for (var pieces = random.Next(1, 5); pieces > 0; pieces--)
        {
            block.InsertRange(random.Next(3) switch { 0 => 0, 1 => random.Next(block.Count + 1), _ => block.Count }, Piece(random));
        }

        return [.. block];
    }

    private static List<byte> Piece(Random random)
    {
        var piece = new List<byte>();
        var number = Numbers[random.Next(Numbers.Length)];
        switch (random.Next(7))
        {
            case 0: // An indexed header.
                HeaderBlock.Integer(piece, 0x80, 7, number);
                break;
            case 1: // A new size of the table.
                HeaderBlock.Integer(piece, 0x20, 5, number);
                break;
            case 2: // A literal that is to be kept, its name from the table.
                HeaderBlock.Integer(piece, 0x40, 6, number);
                Text(random, piece);
                break;
            case 3: // A literal that is to be kept, with a name of its own.
                piece.Add(0x40);
                Text(random, piece);
                Text(random, piece);
                break;
            case 4: // A literal that is never to be kept, its name from the table.
                HeaderBlock.Integer(piece, 0x10, 4, number);
                Text(random, piece);
                break;
            case 5: // A text that is longer than its block, or than anything.
                piece.Add(0);
                HeaderBlock.Integer(piece, (byte)(random.Next(2) * 0x80), 7, number);
                break;
            default: // An integer that does not end.
                piece.Add(0xFF);
                piece.AddRange(Enumerable.Repeat((byte)0xFF, random.Next(1, 12)));
                break;
        }

        return piece;
    }

    private static void Text(Random random, List<byte> block)
    {
        var text = new byte[random.Next(40)];
        random.NextBytes(text);
        HeaderBlock.Integer(block, (byte)(random.Next(2) * 0x80), 7, (ulong)text.Length);
        block.AddRange(text);
    }
}
