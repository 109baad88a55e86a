using System.CommandLine;
using Exchange.Cli.Nodes;
using Exchange.Documents;
using Exchange.Node;
using Exchange.Node.Identity;
using Exchange.Policy.Loading;
using Exchange.Policy.Model;
using Exchange.Vocabulary;

namespace Exchange.Cli.Policies;

/// <summary>
/// What a policy is read against: datasets and members, those of a node's configuration unless named apart. The node's keys and its own policy
/// are not looked at, so a policy can be tried while another is in force.
/// </summary>
internal sealed class PolicySurroundings
{
    private readonly Option<string> _config = ConfigurationOption.Create();
    private readonly Option<string?> _datasets = new("--datasets") { Description = "The folder of descriptor sets; without, the configuration's.", HelpName = "folder" };
    private readonly Option<string?> _members = new("--members") { Description = "The member registry; without, the configuration's.", HelpName = "file" };
    private readonly List<Diagnostic> _mistakes = [];
    private DatasetCatalogue? _catalogue;
    private MemberRegistry? _registry;
    private NodeConfiguration? _configuration;

    internal PolicySurroundings(Command command)
    {
        command.Add(_config);
        command.Add(_datasets);
        command.Add(_members);
    }

    /// <summary>Reads both; their mistakes are told together with those of the policies.</summary>
    internal void Read(ParseResult arguments)
    {
        var (datasets, members) = (arguments.GetValue(_datasets), arguments.GetValue(_members));
        if (datasets is null || members is null)
        {
            _configuration = NodeConfigurationLoader.Load(arguments.GetValue(_config)!, _mistakes);
        }

        _catalogue = (datasets ?? _configuration?.Datasets) is { } folder ? DatasetLoader.Load(folder, _mistakes) : null;
        _registry = (members ?? _configuration?.Members) is { } file ? MemberRegistryLoader.Load(file, _mistakes) : null;
    }

    /// <summary>The policy that the configuration names; null when there is none to read it from.</summary>
    internal string? ConfiguredPolicy(ParseResult arguments) =>
        (_configuration ?? NodeConfigurationLoader.Load(arguments.GetValue(_config)!, _mistakes))?.Policy;

    /// <summary>The datasets that policies are read against; null when they have mistakes.</summary>
    internal DatasetCatalogue? Datasets => _catalogue;

    /// <summary>Other datasets than those, from a folder; null when they have mistakes.</summary>
    internal DatasetCatalogue? OtherDatasets(string folder) => DatasetLoader.Load(folder, _mistakes);

    /// <summary>A policy of the past, whose members need not be in the registry any more; null when there are mistakes.</summary>
    internal PolicySnapshot? PastPolicy(string path, DatasetCatalogue? datasets) => PolicyLoader.LoadPast(path, datasets, _mistakes);

    /// <summary>A policy; null when there are mistakes.</summary>
    internal PolicySnapshot? Policy(string? path) => path is null ? null : PolicyLoader.Load(path, _catalogue, _registry?.Roles, _mistakes);

    /// <summary>A file of expectations; none when there are mistakes.</summary>
    internal IReadOnlyList<PolicyExpectation> Expectations(string file) => _catalogue is null || _registry is null
        ? []
        : ExpectationLoader.Load(file, _catalogue, _registry.Roles, _mistakes) ?? (IReadOnlyList<PolicyExpectation>)[];

    /// <summary>Ends the command if anything was wrong.</summary>
    /// <exception cref="ConfigurationException">With every mistake, each once.</exception>
    internal void MustBeSound()
    {
        if (_mistakes.Count > 0)
        {
            throw new ConfigurationException([.. _mistakes.Distinct()]);
        }
    }
}
