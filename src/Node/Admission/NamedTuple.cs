using Exchange.Documents;
using Exchange.Node.Identity;
using Exchange.Node.Refusals;
using Exchange.Node.Snapshots;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Node.Admission;

/// <summary>Provider, dataset and purpose of a request, each of them known.</summary>
/// <param name="Provider">A member with the role of provider.</param>
/// <param name="Dataset">An installed dataset.</param>
/// <param name="Purpose">A declared purpose.</param>
internal sealed record NamedTuple(Member Provider, Dataset Dataset, PurposeId Purpose)
{
    private const int MaximumName = 255;

    /// <summary>Looks the three names up; otherwise says which is unknown, the first of them as the code, all of them as violations.</summary>
    internal static NamedTuple? Find(NodeSnapshot snapshot, string provider, string dataset, string purpose, out ErrorCode code, out IReadOnlyList<Violation> violations)
    {
        if (provider.Length > MaximumName || dataset.Length > MaximumName || purpose.Length > MaximumName)
        {
            code = ErrorCode.RequestMalformed;
            violations = [new Violation("provider, dataset, purpose", "names are at most 255 characters")];
            return null;
        }

        var unknown = new List<Violation>();
        code = ErrorCode.None;

        Member? member = null;
        if (!MemberId.TryParse(provider, out var providerId) || !snapshot.Registry.TryFind(providerId, out member) || !member.Roles.HasFlag(MemberRoles.Provider))
        {
            // No nearest name: who else is a member is not everybody's business.
            Unknown(ErrorCode.ProviderUnknown, "provider", "no provider has this id", ref code, unknown);
        }

        Dataset? found = null;
        if (!DatasetId.TryParse(dataset, out var datasetId) || !snapshot.Datasets.TryFind(datasetId, out found))
        {
            Unknown(ErrorCode.DatasetUnknown, "dataset", Missing("dataset", snapshot.Datasets.Nearest(dataset)), ref code, unknown);
        }

        if (!PurposeId.TryParse(purpose, out var purposeId) || !snapshot.Policy.KnowsPurpose(purposeId))
        {
            Unknown(ErrorCode.PurposeUnknown, "purpose", Missing("purpose", NearestName.Of(purpose, snapshot.Policy.Purposes.Select(known => known.Id.Value))), ref code, unknown);
        }

        violations = unknown;
        return code == ErrorCode.None ? new NamedTuple(member!, found!, purposeId) : null;
    }

    private static void Unknown(ErrorCode code, string field, string description, ref ErrorCode first, List<Violation> violations)
    {
        first = first == ErrorCode.None ? code : first;
        violations.Add(new Violation(field, description));
    }

    private static string Missing(string kind, string? nearest) =>
        $"there is no such {kind}{(nearest is null ? string.Empty : $"; did you mean '{nearest}'?")}";
}
