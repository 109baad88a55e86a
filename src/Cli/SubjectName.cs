using System.CommandLine;
using Exchange.Vocabulary;

namespace Exchange.Cli;

/// <summary>A person or firm as the command line names it: <c>inn:000000100164</c>.</summary>
internal sealed record SubjectName(SubjectScheme Scheme, string Value)
{
    internal static Option<SubjectName[]> Option(string description, bool required = true) => new("--subject")
    {
        Description = description,
        HelpName = "scheme:value",
        Required = required,
        CustomParser = result =>
        {
            List<SubjectName> names = [];
            foreach (var token in result.Tokens)
            {
                if (token.Value.Split(':', 2) is [var scheme, { Length: > 0 } value] && SubjectScheme.TryParse(scheme, out var parsed))
                {
                    names.Add(new SubjectName(parsed, value));
                }
                else
                {
                    // Not repeated here: it may be somebody's number (I8).
                    result.AddError("A subject is written scheme:value, for instance inn:000000100164.");
                }
            }

            return [.. names];
        },
    };
}
