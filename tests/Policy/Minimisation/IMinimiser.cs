using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The minimiser as the tests know it: the real one, or one with a seeded bug. Public, since those live in assemblies of their own.</summary>
public interface IMinimiser
{
    /// <summary>The leaf paths of a message that can be a record; null if it cannot.</summary>
    string[]? Compile(MessageDescriptor record, string? subjectPath, string? timePath);

    /// <summary>Minimises one record of the compiled shape; the bytes are null if nothing was released.</summary>
    (string Verdict, byte[]? Output) Minimise(bool[] released, byte[] record, byte[] subject, long start, long end);
}
