import { createTrainer, type Trainer, type TrainerSpec } from "./ippo.ts";
import type { IppoOptions } from "./ippo-options.ts";

/**
 * What MAPPO adds to IPPO: the critic, which only training needs, sees what the whole team sees and whom it is about
 * (`critic-view.ts`); returns are standardised by all that came so far (`return-scale.ts`); values are clipped, and
 * large errors of the critic weigh straight (`ppo-gradient.ts`). Where agents die, nothing is learnt from the dead, and
 * to the critic all of them is 0 but which agent it is. Few epochs and whole rollouts as mini-batches are options of
 * either algorithm.
 *
 * @source Yu et al., The Surprising Effectiveness of PPO in Cooperative Multi-Agent Games (arXiv 2103.01955), 5 and death masking;
 * values of marlbenchmark/on-policy, config.py
 */
const mappoDetails: Pick<IppoOptions, "hasCentralCritic" | "returnScaling" | "valueClip" | "huber"> = {
  hasCentralCritic: true,
  returnScaling: "all",
  valueClip: 0.2,
  huber: 10,
};

/** The options with which IPPO's loop is MAPPO. */
export function mappoOptions(options: IppoOptions): IppoOptions {
  return { ...options, ...mappoDetails };
}

/** MAPPO with one shared actor and one critic for all agents. Everything else is IPPO's loop. */
export function createMappoTrainer(spec: TrainerSpec): Trainer {
  return createTrainer({ ...spec, options: mappoOptions(spec.options) });
}
