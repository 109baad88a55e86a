using Exchange.Format.V1;
using Exchange.Formats;
using Exchange.Policy.Minimisation;
using Exchange.Vocabulary;

namespace Exchange.Node.Recording;

/// <summary>
/// Encodes facts as the fields of <see cref="AuditEntry"/> that follow the appender's three. A test holds it equal to the generated
/// message's own serialisation.
/// </summary>
internal static class EntryBody
{
    /// <summary>More than any entry of this node can need: four member ids of 255 bytes, three names and sixty-four assertions of 64, digests, tags and numbers.</summary>
    internal const int MaximumSize = 8192;

    /// <summary>The body in an array of its own, for who keeps it.</summary>
    internal static byte[] ToArray(EntryFacts facts)
    {
        var body = new byte[MaximumSize];
        return body[..Write(facts, body)];
    }

    internal static int Write(EntryFacts facts, Span<byte> destination)
    {
        Span<byte> scratch = stackalloc byte[Digest.Size];
        var writer = new WireWriter(destination);
        writer.Varint(AuditEntry.KindFieldNumber, (ulong)facts.Kind);
        facts.Id.CopyTo(writer.Reserve(AuditEntry.TransferIdFieldNumber, TransferId.Size));
        if (facts.RequestId is { } requestId)
        {
            requestId.CopyTo(writer.Reserve(AuditEntry.RequestIdFieldNumber, RequestId.Size));
        }

        writer.Signed(AuditEntry.RequestExpireTimeFieldNumber, facts.RequestExpire.Microseconds);
        writer.Text(AuditEntry.ConsumerFieldNumber, facts.Consumer.Value);
        writer.Text(AuditEntry.ProviderFieldNumber, facts.Provider.Value);
        writer.Text(AuditEntry.DatasetFieldNumber, facts.Dataset.Value);
        writer.Text(AuditEntry.PurposeFieldNumber, facts.Purpose.Value);
        writer.Varint(AuditEntry.LegalBasisFieldNumber, facts.Basis is { } basis ? (ulong)basis : 0);
        writer.Varint(AuditEntry.OutcomeFieldNumber, (ulong)facts.Outcome);
        Write(ref writer, AuditEntry.ObjectDigestFieldNumber, facts.ObjectDigest);
        Write(ref writer, AuditEntry.PayloadCommitmentFieldNumber, facts.PayloadCommitment);
        Write(ref writer, AuditEntry.DescriptorDigestFieldNumber, facts.DescriptorDigest);
        Write(ref writer, AuditEntry.PolicyDigestFieldNumber, facts.Snapshot.Policy.Digest);
        Write(ref writer, AuditEntry.RegistryDigestFieldNumber, facts.Snapshot.Registry.Digest);
        writer.Bytes(AuditEntry.SubjectPseudonymFieldNumber, facts.Pseudonym);
        writer.Bytes(AuditEntry.ConsentTagFieldNumber, facts.ConsentTag);
        writer.Bytes(AuditEntry.FieldsAskedFieldNumber, scratch[..facts.Asked.CopyTo(scratch)]);
        writer.Bytes(AuditEntry.FieldsReleasedFieldNumber, scratch[..facts.Released.CopyTo(scratch)]);
        writer.Varint(AuditEntry.PaddedSizeFieldNumber, (ulong)facts.PaddedSize);
        writer.Varint(AuditEntry.PageNumberFieldNumber, (ulong)facts.PageNumber);
        writer.Bytes(AuditEntry.SealedCauseFieldNumber, facts.SealedCause);
        writer.Text(AuditEntry.ActorFieldNumber, facts.Actor.Value);
        writer.Text(AuditEntry.SoftwareFieldNumber, facts.Software);
        writer.Varint(AuditEntry.CountFieldNumber, facts.Count);
        writer.Signed(AuditEntry.SinceFieldNumber, facts.Since.Microseconds);
        foreach (var assertion in facts.Kind == EntryKind.Released ? facts.AssertionsReleased : facts.AssertionsAsked)
        {
            writer.Text(AuditEntry.AssertionsFieldNumber, assertion);
        }

        Write(ref writer, AuditEntry.PreviousDigestFieldNumber, facts.PreviousDigest);
        Write(ref writer, AuditEntry.ChangeDigestFieldNumber, facts.ChangeDigest);
        writer.Varint(AuditEntry.RulesWidenedFieldNumber, (ulong)facts.RulesWidened);
        writer.Varint(AuditEntry.RulesNarrowedFieldNumber, (ulong)facts.RulesNarrowed);
        writer.Text(AuditEntry.KeyUseFieldNumber, facts.KeyUse);
        writer.Varint(AuditEntry.MinimumIndexFieldNumber, facts.MinimumIndex);
        writer.Text(AuditEntry.ReadAsFieldNumber, facts.ReadAs);
        writer.Varint(AuditEntry.ReadFromFieldNumber, facts.ReadFrom);
        writer.Varint(AuditEntry.ReadToFieldNumber, facts.ReadTo);
        return writer.Position;
    }

    private static void Write(ref WireWriter writer, int field, Digest? digest)
    {
        if (digest is { } value)
        {
            value.CopyTo(writer.Reserve(field, Digest.Size));
        }
    }
}
