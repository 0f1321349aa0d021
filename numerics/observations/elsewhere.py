"""What nothing here settles: history, biology, opinions, and what trained networks of other sizes do."""

from __future__ import annotations

from numerics.measuring import empirical


@empirical(
    rows=["relu-history"],
    sources=["logm", "activationtutorial", "fukushima1969", "hahnloser2000", "nair2010", "glorot2011", "krizhevsky2012"],
)
def year_in_which_relu_came_into_use() -> str:
    """When rectifiers were first used, and when they came into wide use."""
    return """
    History: documents settle it, not computations. Rectifiers stand in Fukushima (1969), in Hahnloser and others
    (2000), in Nair and Hinton (2010) and in Glorot, Bordes and Bengio (2011), all before the network of Krizhevsky,
    Sutskever and Hinton (2012). How widely they were used in a year would take a count of papers.
    """


@empirical(rows=["brain-1-to-4-percent"], sources=["whyrelu", "lennie2003", "glorot2011"])
def share_of_active_neurons_in_the_brain() -> str:
    """The share of a brain's neurons that are active at one time."""
    return """
    Neuroscience: recordings, or the energy that a brain can spend, settle it. The numbers are an estimate of Lennie
    (2003) from energy, as Glorot, Bordes and Bengio (2011) cite it.
    """


@empirical(rows=["biological-one-sided"], sources=["whyrelu"])
def likeness_of_relu_and_neurons() -> str:
    """Whether neurons respond to their input on one side only, as a rectifier does."""
    return """
    Biology: recordings of neurons settle it. What is proved is that relu is one-sided and that tanh is odd, which says
    nothing about neurons.
    """


@empirical(rows=["rnn-relu-clip-vs-lstm-tanh"], sources=["logm", "zhihu61265076"])
def preference_between_clipped_relu_networks_and_lstm() -> str:
    """Whether a relu network with clipped gradients or an LSTM with tanh is the better choice."""
    return """
    An opinion, until a task, a size and a budget of tuning are fixed: "better" would be the final loss of both at equal
    numbers of parameters, step sizes and clipping tuned for each, over at least ten seeds and several tasks.
    """


@empirical(rows=["irnn-good-results"], sources=["logm", "zhihu61265076", "le2015"])
def results_of_networks_started_at_the_identity() -> str:
    """How well relu networks started at the identity learn on the four benchmarks of their authors, beside LSTM."""
    return """
    Le, Jaitly and Hinton (2015) report results comparable to those of LSTM on the adding problem of up to 400 steps, on
    MNIST pixel by pixel, on a language model and on speech. To repeat that takes days of training on data that no
    library ships; what is measured here is the adding problem of few steps.
    """


@empirical(rows=["lstm-better-in-practice"], sources=["stackexchange", "hochreiter1997"])
def advantage_of_gated_networks_in_practice() -> str:
    """On how many problems LSTM and GRU do better than relu networks, and which of them is quicker to some accuracy."""
    return """
    "Most problems" has no finite list. A list of tasks would have to be fixed, and on each: equal numbers of
    parameters, tuned step sizes, at least five seeds, time to a threshold and final loss with intervals. What is
    measured here is one task, the adding problem of few steps.
    """


@empirical(rows=["better-gradient-direction"], sources=["whyrelu"])
def usefulness_of_the_gradient_direction() -> str:
    """How much better a gradient step is where the units have no curvature of their own."""
    return """
    What is proved is which blocks of the Hessian are 0. How useful a direction is depends on the loss, the data and the
    step size; the epochs that networks take to learn (`gradproof measure epochs_of_tanh_and_sigmoid_over_relu`) are the
    nearest that is measured here.
    """


@empirical(rows=["singular-below-one-no-need-of-memory"], sources=["stackexchange"])
def memory_that_a_task_needs() -> str:
    """How much memory the tasks need that contractive networks solve."""
    return """
    What is proved bounds the memory of the model. What a task needs would be measured by the best loss of any model
    that sees the last k steps only, as a function of k; it is a number of the task, and none is fixed here.
    """


@empirical(rows=["sparse-linearly-separable"], sources=["whyrelu"])
def separability_of_trained_sparse_codes() -> str:
    """Whether sparse codes of trained networks are more often linearly separable than dense ones."""
    return """
    What is proved is that sparsity does not imply it. As a tendency it would be measured by the error of a linear
    classifier on codes of equal width and different sparsity, of networks trained to equal loss; the choice of the
    networks decides the outcome.
    """


@empirical(rows=["batchnorm-prevents"], sources=["whyrelu"])
def trainings_that_batch_normalisation_keeps_from_diverging() -> str:
    """How often batch normalisation keeps a training from diverging that would diverge without it."""
    return """
    What is proved bounds the values at one point of training, whatever the weights, and says nothing of gradients. How
    often trainings diverge depends on depth, data and step size, and none of these is fixed by the article.
    """
