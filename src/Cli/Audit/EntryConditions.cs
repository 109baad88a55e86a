using System.CommandLine;
using Exchange.Audit.Queries;
using Exchange.Client;
using Exchange.Documents;
using Exchange.Format.V1;
using Exchange.Vocabulary;

namespace Exchange.Cli.Audit;

/// <summary>The options by which entries are chosen, alike in every command that has them.</summary>
internal sealed class EntryConditions
{
    private readonly Option<MemberId> _consumer = NamedOption.Member("--consumer", "Of this consumer.");
    private readonly Option<MemberId> _provider = NamedOption.Member("--provider", "Of this provider.");
    private readonly Option<DatasetId> _dataset = NamedOption.Dataset("--dataset", "About this dataset.");
    private readonly Option<PurposeId> _purpose = NamedOption.Purpose("--purpose", "For this purpose.");
    private readonly Option<string?> _transfer = new("--transfer") { Description = "Of this transfer: 32 hexadecimal digits.", HelpName = "transfer" };
    private readonly Option<EntryKind[]> _kinds = Words<EntryKind>("--kind", "Of this kind, such as RELEASED; may be said several times.", Spelling.OfFormat, "kind", kind => kind != EntryKind.Unspecified);
    private readonly Option<ErrorCode[]> _outcome = Words<ErrorCode>("--outcome", "That ended so, such as RULE_MISSING; NONE for what went as asked.", code => ErrorCatalogue.Of(code).Reason, "outcome", _ => true);
    private readonly Option<LogPosition?> _from = LogPosition.Option("--from", "From this entry on, by index or time.");
    private readonly Option<LogPosition?> _until = LogPosition.Option("--until", "Before this entry, by index or time.");
    private readonly Option<SubjectName[]> _subject = SubjectName.Option("About this person. Only a running node can tell.", required: false);

    internal void AddTo(Command command)
    {
        _consumer.Required = _provider.Required = _dataset.Required = _purpose.Required = false;
        _outcome.Validators.Add(result =>
        {
            if (result.Tokens.Count > 1)
            {
                result.AddError("--outcome is said once.");
            }
        });
        foreach (var option in (Option[])[_consumer, _provider, _dataset, _purpose, _transfer, _kinds, _outcome, _from, _until, _subject])
        {
            command.Add(option);
        }
    }

    /// <summary>Whether anything is asked for but all entries.</summary>
    internal bool Any(ParseResult arguments) =>
        ((Option[])[_consumer, _provider, _dataset, _purpose, _transfer, _kinds, _outcome, _from, _until, _subject]).Any(option => arguments.GetResult(option) is not null);

    internal EntryQuery Read(ParseResult arguments, LogPlace place)
    {
        if (arguments.GetResult(_subject) is not null)
        {
            throw new UsageException("Which entries are about a person does not stand in the log: it takes the node's keys. Ask the running node: 'exchange audit query --client FILE --subject scheme:value', as an auditor or operator.");
        }

        var (from, to) = LogPosition.Range(place.Reader, arguments.GetValue(_from), arguments.GetValue(_until), place.Reader.Size);
        return new EntryQuery
        {
            Consumer = Said(_consumer, arguments, member => member.Value),
            Provider = Said(_provider, arguments, member => member.Value),
            Dataset = Said(_dataset, arguments, dataset => dataset.Value),
            Purpose = Said(_purpose, arguments, purpose => purpose.Value),
            TransferId = arguments.GetValue(_transfer) is { } transfer ? Transfer(transfer).ToArray() : default(ReadOnlyMemory<byte>?),
            Kinds = arguments.GetValue(_kinds) ?? [],
            Outcome = arguments.GetValue(_outcome) is [var outcome, ..] ? outcome : null,
            From = from,
            To = to,
        };
    }

    /// <summary>The conditions as a running node is asked; it knows its own keys, and so the person.</summary>
    internal LogQuery Read(ParseResult arguments)
    {
        var (from, until) = (arguments.GetValue(_from), arguments.GetValue(_until));
        var subjects = arguments.GetValue(_subject) ?? [];
        if (subjects.Length > 1)
        {
            throw new UsageException("--subject is said once.");
        }

        return new LogQuery
        {
            Consumer = arguments.GetResult(_consumer) is null ? null : arguments.GetValue(_consumer),
            Provider = arguments.GetResult(_provider) is null ? null : arguments.GetValue(_provider),
            Dataset = arguments.GetResult(_dataset) is null ? null : arguments.GetValue(_dataset),
            Purpose = arguments.GetResult(_purpose) is null ? null : arguments.GetValue(_purpose),
            Transfer = arguments.GetValue(_transfer) is { } transfer ? Transfer(transfer) : null,
            Kinds = arguments.GetValue(_kinds) ?? [],
            Outcome = arguments.GetValue(_outcome) is [var outcome, ..] ? ErrorCatalogue.Of(outcome).Reason : string.Empty,
            From = from is { Index: null } ? from.Time : null,
            Until = until is { Index: null } ? until.Time : null,
            FirstIndex = from?.Index ?? 0,
            EndIndex = until?.Index ?? 0,
            Scheme = subjects is [var subject] ? subject.Scheme : null,
            Subject = subjects is [var person] ? person.Value : null,
        };
    }

    private static string? Said<T>(Option<T> option, ParseResult arguments, Func<T, string> text) =>
        arguments.GetResult(option) is null ? null : text(arguments.GetValue(option)!);

    private static TransferId Transfer(string text) => TransferId.TryParse(text, out var id)
        ? id
        : throw new UsageException($"'{text}' is no transfer: 32 hexadecimal digits.");

    /// <summary>An option whose values are words of an enumeration, as the documents spell them.</summary>
    private static Option<T[]> Words<T>(string name, string description, Func<T, string> spell, string what, Func<T, bool> isWord)
        where T : struct, Enum
    {
        var words = Enum.GetValues<T>().Where(isWord).GroupBy(spell).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        return new(name)
        {
            Description = description,
            HelpName = what,
            CustomParser = result =>
            {
                var read = new List<T>();
                foreach (var token in result.Tokens)
                {
                    if (words.TryGetValue(token.Value.Replace('-', '_'), out var value))
                    {
                        read.Add(value);
                        continue;
                    }

                    result.AddError($"There is no {what} '{token.Value}'{(NearestName.Of(token.Value, words.Keys) is { } nearest ? $"; did you mean {nearest}" : string.Empty)}?");
                }

                return [.. read];
            },
        };
    }
}
