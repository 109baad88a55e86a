using Exchange.Documents;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Policy.Loading;

/// <summary>
/// Resolves the names that policy files use for what other files define; an unknown one is refused with the nearest known. What could not
/// be read is null, and its names are not checked: against nothing, every name would look wrong.
/// </summary>
internal sealed class PolicyNames(DatasetCatalogue? datasets, IReadOnlyDictionary<MemberId, MemberRoles>? members, bool takesAnyMember = false)
{
    internal Dataset? Dataset(DocumentValue value)
    {
        if (value.Text("a dataset such as purchases.v1") is not { } text || datasets is null)
        {
            return null;
        }

        if (DatasetId.TryParse(text, out var id) && datasets.TryFind(id, out var dataset))
        {
            return dataset;
        }

        value.Refuse($"unknown dataset '{text}'", datasets.Nearest(text));
        return null;
    }

    /// <summary>A registered member, whatever it may do.</summary>
    internal MemberId? Member(DocumentValue value) => Member(value, MemberRoles.None, string.Empty);

    internal MemberId? Member(DocumentValue value, MemberRoles role, string roleName)
    {
        const string Expected = "a member id such as spiffe://exchange.test/gov/tax";
        if (takesAnyMember)
        {
            return value.As<MemberId>(MemberId.TryParse, Expected);
        }

        if (value.Text(Expected) is not { } text || members is null)
        {
            return null;
        }

        if (!MemberId.TryParse(text, out var id) || !members.TryGetValue(id, out var roles))
        {
            var candidates = members.Where(member => member.Value.HasFlag(role)).Select(member => member.Key.Value);
            value.Refuse($"unknown member '{text}'", NearestName.Of(text, candidates));
            return null;
        }

        if (!roles.HasFlag(role))
        {
            value.Refuse($"member '{text}' does not have the role {roleName} in the member registry");
        }

        return id;
    }
}
