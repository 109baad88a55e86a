namespace Exchange.Policy.Model;

/// <summary>What kind of data a field carries; numbers are those of exchange.annotations.v1. For display: consent freezes leaf paths.</summary>
public enum DataCategory
{
    /// <summary>Names, numbers that identify a person.</summary>
    Identity = 1,

    /// <summary>Telephone, e-mail.</summary>
    Contact = 2,

    /// <summary>Addresses, coordinates, regions.</summary>
    Location = 3,

    /// <summary>What was ordered, when, in which state.</summary>
    Purchase = 4,

    /// <summary>Sums, means of payment.</summary>
    Payment = 5,

    /// <summary>Fiscal receipts, tax numbers of sellers.</summary>
    Tax = 6,

    /// <summary>Goods that say something about health.</summary>
    HealthLike = 7,

    /// <summary>Internal numbers without meaning for a person.</summary>
    Technical = 8,

    /// <summary>Figures about many.</summary>
    Aggregate = 9,

    /// <summary>Published anyway.</summary>
    Public = 10,
}
