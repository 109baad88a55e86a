using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Exchange.Policy.Tests.Minimisation;

/// <summary>The oracle is no better than its agreement with the types that everybody else uses.</summary>
public sealed class TreeOracleTests
{
    private const int Cases = 1_000;

    [Fact]
    public void The_oracle_serialises_and_redacts_as_generated_types_do()
    {
        new MinimiserDoor().Compile(EveryType.Descriptor, null, null, _ => null).ShouldNotBeNull();
        var paths = TreePaths(EveryType.Descriptor, "").ToList();
        for (var seed = 0; seed < Cases; seed++)
        {
            var random = new Random(seed);
            var bytes = new RandomRecord(random, sins: false).Make(EveryType.Descriptor);
            var density = random.Next(101);
            var released = paths.Where(_ => random.Next(100) < density).ToHashSet();
            var withParents = TreeOracle.WithParents(released);

            var tree = TreeOracle.Parse(EveryType.Descriptor, bytes);
            TreeOracle.Redact(tree, "", withParents, released);
            var message = EveryType.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            Redact(message, "", withParents, released);

            var oracle = TreeOracle.Serialise(tree);
            oracle.AsSpan().SequenceEqual(message.ToByteArray()).ShouldBeTrue($"seed {seed}: the oracle has {EveryType.Parser.ParseFrom(oracle)}, the generated type {message}");
        }
    }

    private static IEnumerable<string> TreePaths(MessageDescriptor type, string prefix)
    {
        foreach (var field in type.Fields.InFieldNumberOrder())
        {
            var value = field.IsMap ? field.MessageType.FindFieldByNumber(2) : field;
            if (value.FieldType == FieldType.Message && value.MessageType.File.Package != "google.protobuf" && value.MessageType.Fields.InFieldNumberOrder().Count > 0)
            {
                foreach (var path in TreePaths(value.MessageType, prefix + field.Name + "."))
                {
                    yield return path;
                }
            }
            else
            {
                yield return prefix + field.Name;
            }
        }
    }

    private static void Redact(IMessage message, string prefix, HashSet<string> withParents, HashSet<string> released)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            var path = prefix + field.Name;
            if (field.RealContainingOneof is { } oneof && oneof.Accessor.GetCaseFieldDescriptor(message) != field)
            {
                continue; // Clearing one member clears whichever is set.
            }

            if (!withParents.Contains(path))
            {
                field.Accessor.Clear(message);
            }
            else if (!released.Contains(path))
            {
                var value = field.Accessor.GetValue(message);
                var children = value switch { IDictionary map => map.Values, IList list => list, null => Array.Empty<object>(), _ => new[] { value } };
                foreach (IMessage child in children)
                {
                    Redact(child, path + ".", withParents, released);
                }
            }
        }
    }
}
