"""Proximal policy optimisation in one file, one policy shared by all agents, on a batch of games.

After CleanRL's ppo.py (vwxyzjn/cleanrl): its networks, its loss, its constants where nothing is said.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

GAMMA, GAE_LAMBDA = 0.9, 0.95
EPOCHS, MINIBATCHES = 4, 4
CLIP, ENTROPY, VALUE, MOST_GRADIENT = 0.2, 0.01, 0.5, 0.5


def layer(inputs, outputs, gain):
    linear = nn.Linear(inputs, outputs)
    nn.init.orthogonal_(linear.weight, gain)
    nn.init.constant_(linear.bias, 0.0)
    return linear


def network(inputs, outputs, gain):
    root = np.sqrt(2)
    return nn.Sequential(
        layer(inputs, 64, root), nn.Tanh(), layer(64, 64, root), nn.Tanh(), layer(64, outputs, gain)
    )


class Policy(nn.Module):
    def __init__(self, observed, choices):
        super().__init__()
        self.actor = network(observed, choices, 0.01)
        self.critic = network(observed, 1, 1.0)

    def distribution(self, observations, masks):
        return Categorical(logits=self.actor(observations).masked_fill(masks == 0, -1e8))


def seen(results):
    """Observations and masks, [agents * games, ...]."""
    observations = torch.tensor(np.concatenate(results.observations), dtype=torch.float32)
    return observations, torch.tensor(np.concatenate(results.masks))


def train(batch, updates, steps, learning_rate=2.5e-3):
    """Mean reward of each update's rollout.

    :param batch: karma_env.Batch of games in which all agents see and choose alike
    :param steps: of each rollout; episodes have to be as long
    """
    agents, games = len(batch.agents), batch.games
    kinds = batch.hello["agents"][0]
    policy = Policy(kinds["observation"]["shape"][0], kinds["action"]["n"])
    optimiser = torch.optim.Adam(policy.parameters(), lr=learning_rate, eps=1e-5)
    means = []
    for update in range(updates):
        optimiser.param_groups[0]["lr"] = learning_rate * (1 - update / updates)
        rollout = play(batch, policy, steps, agents * games)
        means.append(float(rollout["rewards"].mean()))
        learn(policy, optimiser, rollout)
    return means


@torch.no_grad()
def play(batch, policy, steps, cells):
    kept = {name: [] for name in ("observations", "masks", "actions", "logprobs", "values", "rewards")}
    observations, masks = seen(batch.reset())
    for _ in range(steps):
        distribution = policy.distribution(observations, masks)
        actions = distribution.sample()
        values = policy.critic(observations).squeeze(-1)
        by_agent = actions.numpy().reshape(len(batch.agents), batch.games)
        results = batch.step(dict(zip(batch.agents, by_agent)))
        rewards = torch.tensor(results.rewards.reshape(cells).copy(), dtype=torch.float32)
        columns = (observations, masks, actions, distribution.log_prob(actions), values, rewards)
        for name, column in zip(kept, columns):
            kept[name].append(column)
        observations, masks = seen(results)
    rollout = {name: torch.stack(columns) for name, columns in kept.items()}
    # The clock ended the episodes: what would have come counts.
    return rollout | {"last": policy.critic(observations).squeeze(-1)}


def advantages_of(rollout):
    rewards, values, after = rollout["rewards"], rollout["values"], rollout["last"]
    advantages, running = torch.zeros_like(rewards), torch.zeros_like(after)
    for step in reversed(range(len(rewards))):
        delta = rewards[step] + GAMMA * after - values[step]
        running = delta + GAMMA * GAE_LAMBDA * running
        advantages[step], after = running, values[step]
    return advantages


def learn(policy, optimiser, rollout):
    advantages = advantages_of(rollout)
    flat = {name: rollout[name].flatten(0, 1) for name in ("observations", "masks", "actions", "logprobs")}
    flat["advantages"] = advantages.flatten()
    flat["returns"] = (advantages + rollout["values"]).flatten()
    count = len(flat["actions"])
    for _ in range(EPOCHS):
        for part in torch.randperm(count).split(count // MINIBATCHES):
            loss = loss_of(policy, {name: column[part] for name, column in flat.items()})
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(policy.parameters(), MOST_GRADIENT)
            optimiser.step()


def loss_of(policy, part):
    distribution = policy.distribution(part["observations"], part["masks"])
    ratio = (distribution.log_prob(part["actions"]) - part["logprobs"]).exp()
    advantages = part["advantages"]
    advantages = (advantages - advantages.mean()) / (advantages.std() + 1e-8)
    gain = torch.min(advantages * ratio, advantages * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
    values = policy.critic(part["observations"]).squeeze(-1)
    value_loss = 0.5 * ((values - part["returns"]) ** 2).mean()
    return -gain - ENTROPY * distribution.entropy().mean() + VALUE * value_loss
