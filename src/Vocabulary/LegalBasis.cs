namespace Exchange.Vocabulary;

/// <summary>Why a transfer is lawful; numbers are those of the format. A rule names exactly one.</summary>
public enum LegalBasis
{
    /// <summary>The subject's consent, current and revocable.</summary>
    Consent = 1,

    /// <summary>A contract with the subject.</summary>
    Contract = 2,

    /// <summary>A legal obligation of the provider.</summary>
    LegalObligation = 3,

    /// <summary>A vital interest of a person.</summary>
    VitalInterest = 4,

    /// <summary>A public task of the consumer.</summary>
    PublicTask = 5,

    /// <summary>A legitimate interest.</summary>
    LegitimateInterest = 6,

    /// <summary>Official statistics: aggregates only.</summary>
    Statistics = 7,
}
