using System.CommandLine;

namespace Exchange.Cli;

/// <summary>What verbs act on: <c>exchange certs init</c>.</summary>
internal sealed class Noun : Command
{
    internal Noun(string name, string description, params IReadOnlyList<Verb> verbs)
        : base(name, description)
    {
        foreach (var verb in verbs)
        {
            Add(verb);
        }
    }
}
