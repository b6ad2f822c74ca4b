using System.Diagnostics;

namespace SensorGrid.Rules.Windows;

/// <summary>Values in order, equal ones as often as they were added: adding, removing and the k-th smallest cost the logarithm of their number. A
/// binary tree in arrays that is kept in balance by the sizes of its halves (neither more than three times the other), so its depth is bounded
/// whatever the values are. Grows to what its window needs, then allocates nothing.</summary>
internal sealed class OrderTree(int capacity)
{
    private const int Nil = 0;
    private const int MostTimesHeavier = 3;
    private const int OneTurnBelow = 2;

    private double[] values = new double[1];
    private int[] left = new int[1];
    private int[] right = new int[1];
    // Size of the tree below and with a node; that of Nil is 0.
    private int[] sizes = new int[1];
    private int root;
    private int used;
    // Nodes given back, one behind the other by their left side.
    private int free;

    public int Count => sizes[root];

    /// <summary>How many values the longest way down passes; for tests.</summary>
    public int Depth => DepthOf(root);

    /// <summary>The k-th smallest, from 0.</summary>
    public double this[int position]
    {
        get
        {
            Debug.Assert(position >= 0 && position < Count, "only a place that is taken has a value");
            int node = root;
            while (true)
            {
                int before = sizes[left[node]];
                if (position == before)
                    return values[node];
                if (position < before)
                {
                    node = left[node];
                }
                else
                {
                    position -= before + 1;
                    node = right[node];
                }
            }
        }
    }

    public void Clear() => root = used = free = Nil;

    public void Add(double value)
    {
        // -0 and 0 are the same value: which of both is found must not depend on the past.
        int added = NewNode(value + 0.0);
        root = Insert(root, added);
    }

    /// <summary>Takes one of the values equal to this out; there is one.</summary>
    public void Remove(double value) => root = Delete(root, value);

    private int DepthOf(int node) => node == Nil ? 0 : 1 + Math.Max(DepthOf(left[node]), DepthOf(right[node]));

    private int Insert(int node, int added)
    {
        if (node == Nil)
            return added;
        if (values[added] < values[node])
            left[node] = Insert(left[node], added);
        else
            right[node] = Insert(right[node], added);
        return Balance(node);
    }

    private int Delete(int node, double value)
    {
        Debug.Assert(node != Nil, "only what was added is removed");
        if (value < values[node])
        {
            left[node] = Delete(left[node], value);
        }
        else if (value > values[node])
        {
            right[node] = Delete(right[node], value);
        }
        else
        {
            int below = Without(node);
            GiveBack(node);
            return below;
        }
        return Balance(node);
    }

    private int Without(int node)
    {
        if (left[node] == Nil)
            return right[node];
        if (right[node] == Nil)
            return left[node];
        int next = right[node];
        while (left[next] != Nil)
            next = left[next];
        int rest = WithoutFirst(right[node]);
        (left[next], right[next]) = (left[node], rest);
        return Balance(next);
    }

    private int WithoutFirst(int node)
    {
        if (left[node] == Nil)
            return right[node];
        left[node] = WithoutFirst(left[node]);
        return Balance(node);
    }

    // Weights are sizes + 1. With these two numbers one or two turns restore the balance after any one change.
    private int Balance(int node)
    {
        int onLeft = sizes[left[node]] + 1, onRight = sizes[right[node]] + 1;
        sizes[node] = onLeft + onRight - 1;
        if (onRight > MostTimesHeavier * onLeft)
        {
            int heavy = right[node];
            if (sizes[left[heavy]] + 1 >= OneTurnBelow * (sizes[right[heavy]] + 1))
                right[node] = TurnRight(heavy);
            return TurnLeft(node);
        }
        if (onLeft > MostTimesHeavier * onRight)
        {
            int heavy = left[node];
            if (sizes[right[heavy]] + 1 >= OneTurnBelow * (sizes[left[heavy]] + 1))
                left[node] = TurnLeft(heavy);
            return TurnRight(node);
        }
        return node;
    }

    private int TurnLeft(int node)
    {
        int up = right[node];
        right[node] = left[up];
        left[up] = node;
        Resize(node);
        Resize(up);
        return up;
    }

    private int TurnRight(int node)
    {
        int up = left[node];
        left[node] = right[up];
        right[up] = node;
        Resize(node);
        Resize(up);
        return up;
    }

    private void Resize(int node) => sizes[node] = sizes[left[node]] + sizes[right[node]] + 1;

    private int NewNode(double value)
    {
        int node = free;
        if (node != Nil)
            free = left[node];
        else
            node = Unused();
        values[node] = value;
        (left[node], right[node], sizes[node]) = (Nil, Nil, 1);
        return node;
    }

    private int Unused()
    {
        if (++used < values.Length)
            return used;
        Debug.Assert(used <= capacity, "the window drops its oldest reading first");
        int length = Math.Min(capacity, Math.Max(8, values.Length * 2)) + 1;
        Array.Resize(ref values, length);
        Array.Resize(ref left, length);
        Array.Resize(ref right, length);
        Array.Resize(ref sizes, length);
        return used;
    }

    private void GiveBack(int node)
    {
        left[node] = free;
        free = node;
    }
}
