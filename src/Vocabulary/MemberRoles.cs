namespace Exchange.Vocabulary;

/// <summary>What a member may do. A member may have several; operators are nothing else.</summary>
[Flags]
public enum MemberRoles
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>May ask for data.</summary>
    Consumer = 1,

    /// <summary>Holds data and answers the node.</summary>
    Provider = 2,

    /// <summary>May read the log.</summary>
    Auditor = 4,

    /// <summary>May operate the node.</summary>
    Operator = 8,

    /// <summary>May speak for subjects: give and withdraw their consent.</summary>
    ConsentManager = 16,
}
