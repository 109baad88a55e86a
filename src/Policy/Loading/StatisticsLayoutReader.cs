using System.Collections.Immutable;
using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;
using Google.Protobuf.Reflection;
using PartitionPeriod = Exchange.Annotations.V1.PartitionPeriod;
using Annotation = Exchange.Annotations.V1.Dataset;

namespace Exchange.Policy.Loading;

/// <summary>Reads how a dataset of aggregates is laid out, and collects what contradicts it.</summary>
internal sealed class StatisticsLayoutReader(Annotation annotation, RecordShape shape, List<string> mistakes)
{
    private const string Belonging = "dimension_fields, partition_period, contributors_field and time_field belong together";

    /// <summary>The layout; null when the records are no aggregates, or after a mistake.</summary>
    internal StatisticsLayout? Read()
    {
        var contributors = annotation.ContributorsField.Length == 0 ? null : Find("contributors_field", annotation.ContributorsField, IsCount, "an integer");
        if (annotation.DimensionFields.Count == 0 && annotation.PartitionPeriod == PartitionPeriod.Unspecified)
        {
            return null; // Figures may say how many stand behind them without being a partition.
        }

        CheckWhole();
        var dimensions = ImmutableArray.CreateBuilder<int>();
        foreach (var path in annotation.DimensionFields)
        {
            if (Find("dimension_fields", path, IsDimension, "a string, an integer or an enum") is not { } leaf)
            {
                continue;
            }

            if (dimensions.Contains(leaf) || leaf == contributors)
            {
                mistakes.Add($"dimension_fields '{path}' has a meaning already; name each field once");
            }

            dimensions.Add(leaf);
        }

        var period = (CalendarPeriod)annotation.PartitionPeriod;
        if (annotation.PartitionPeriod != PartitionPeriod.Unspecified && !Enum.IsDefined(period))
        {
            mistakes.Add($"partition_period is {(int)period}, which this node does not know");
        }

        return contributors is null ? null : new(dimensions.ToImmutable(), contributors.Value, period);
    }

    private void CheckWhole()
    {
        (string Option, bool IsThere)[] options =
        [
            ("dimension_fields", annotation.DimensionFields.Count > 0), ("partition_period", annotation.PartitionPeriod != PartitionPeriod.Unspecified),
            ("contributors_field", annotation.ContributorsField.Length > 0), ("time_field", annotation.TimeField.Length > 0),
        ];
        var missing = string.Join(" and ", options.Where(option => !option.IsThere).Select(option => option.Option));
        if (missing.Length > 0)
        {
            mistakes.Add($"{Belonging}; {missing} is missing");
        }

        if (annotation.SubjectField.Length > 0)
        {
            mistakes.Add("the records of a partition are about nobody; remove subject_field or dimension_fields");
        }
    }

    /// <summary>A leaf that every record has exactly once, so that a cell is what its dimensions say.</summary>
    private int? Find(string option, string path, Func<FieldDescriptor, bool> isRight, string type)
    {
        if (!(shape.TryResolve(path, out var leaves) && leaves.Count == 1))
        {
            mistakes.Add($"{option} '{path}' is no leaf field of the record");
            return null;
        }

        var leaf = shape.Leaves.First(leaf => leaves.Contains(leaf.Number));
        if (path.Contains('.', StringComparison.Ordinal) || leaf.Field.IsRepeated || leaf.Field.HasPresence || !isRight(leaf.Field))
        {
            mistakes.Add($"{option} '{path}' must be {type}, not optional, directly in the record, outside oneofs");
            return null;
        }

        return leaf.Number;
    }

    private static bool IsCount(FieldDescriptor field) => field.FieldType is FieldType.Int32 or FieldType.Int64 or FieldType.UInt32 or FieldType.UInt64
        or FieldType.SInt32 or FieldType.SInt64 or FieldType.Fixed32 or FieldType.Fixed64 or FieldType.SFixed32 or FieldType.SFixed64;

    private static bool IsDimension(FieldDescriptor field) => IsCount(field) || field.FieldType is FieldType.String or FieldType.Enum;
}
