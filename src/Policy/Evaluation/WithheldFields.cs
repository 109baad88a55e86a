using Exchange.Policy.Minimisation;
using Exchange.Policy.Model;

namespace Exchange.Policy.Evaluation;

/// <summary>A leaf that was asked and is not released.</summary>
/// <param name="Leaf">Its number in the dataset's shape.</param>
/// <param name="Reason">Why.</param>
public readonly record struct WithheldLeaf(int Leaf, WithheldReason Reason);

/// <summary>Enumerates what was asked and is not released, by ascending number, without allocating.</summary>
public readonly struct WithheldFields
{
    private readonly FieldSet _withheld, _policy, _foreign;

    internal WithheldFields(in FieldSet asked, in FieldSet policy, in FieldSet foreign, in FieldSet consent)
    {
        _withheld = asked.Except((policy & consent).Except(foreign));
        _policy = policy;
        _foreign = foreign;
    }

    /// <summary>How many leaves there are.</summary>
    public int Count => _withheld.Count;

    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(this);

    // Policy before identifier before consent: what holds for everybody is said first, so that a reason tells no more of the subject than it must.
    private WithheldReason ReasonOf(int leaf) => !_policy.Contains(leaf) ? WithheldReason.NotInPolicy
        : _foreign.Contains(leaf) ? WithheldReason.ForeignIdentifier
        : WithheldReason.NotInConsent;

    /// <summary>Walks the leaves.</summary>
    public struct Enumerator
    {
        private readonly WithheldFields _fields;
        private int _leaf = -1;

        internal Enumerator(in WithheldFields fields) => _fields = fields;

        /// <summary>The leaf and the reason.</summary>
        public readonly WithheldLeaf Current => new(_leaf, _fields.ReasonOf(_leaf));

        /// <summary>Steps to the next withheld leaf.</summary>
        public bool MoveNext()
        {
            while (++_leaf < FieldSet.Capacity)
            {
                if (_fields._withheld.Contains(_leaf))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
