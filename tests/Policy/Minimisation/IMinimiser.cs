using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The minimiser as the tests know it: the real one, or one with a seeded bug. Public, since those live in assemblies of their own.</summary>
public interface IMinimiser
{
    /// <summary>The leaf paths of a message that can be a record; null if it cannot.</summary>
    string[]? Compile(MessageDescriptor record, string? subjectPath, string? timePath, Func<FieldDescriptor, TestConstraint?> constraintOf);

    /// <summary>Compiles what happens to each leaf, in the words of <see cref="RandomPlan"/>.</summary>
    void Plan(string[] actions, byte[] pseudonymKey);

    /// <summary>Minimises one record by the plan; the bytes are null if nothing was released, the breach is a path, a colon and a rule.</summary>
    (string Verdict, byte[]? Output, string? Breach) Minimise(bool[] released, byte[] record, byte[] subject, long start, long end);
}

/// <summary>A constraint as the tests write it.</summary>
public sealed record TestConstraint(bool Required = false, string Pattern = "", long? Minimum = null, long? Maximum = null, uint MaximumLength = 0);
