<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Container;
use ClosteSync\Operations\Dns_Preview;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;
use ClosteSync\Operations\Way;

/**
 * Adds the domain that was typed into {@see Add_Domain_Form}, and shows the form with what is in the way. Who may do so is up
 * to the screen.
 */
final class Add_Domain_Panel {

	/** Why the domain was not added. */
	private ?Refusal $refusal = null;

	private ?Preview $preview = null;

	private ?Dns_Preview $dns = null;

	/**
	 * @param int $blog_id The site that gets it; 0: none, or none that exists.
	 */
	public function __construct(
		private readonly Container $services,
		private readonly Add_Domain_Request $typed,
		private readonly int $blog_id,
	) {}

	/**
	 * Does what the button that was pressed asks for.
	 *
	 * @return ?string The domain that was added; null: none.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function submit(): ?string {
		$this->preview = $this->services->domain_preview()->of( $this->typed->domain, $this->blog_id );

		if ( $this->typed->is_to_be_added ) {
			$this->refusal = $this->add( $this->preview );

			if ( null === $this->refusal ) {
				return $this->preview->domain;
			}
		}

		if ( null === $this->preview->refusal ) {
			$this->dns = $this->services->domain_preview()->dns( $this->preview );
		}

		return null;
	}

	public function show( Add_Domain_Form $form ): void {
		$is_of_site = Refusal::NO_SITE === $this->refusal?->code;
		$refusal    = null === $this->refusal ? '' : Preview_View::refusal( $this->refusal );
		$verdict    = null === $this->preview ? '' : Preview_View::verdict( $this->preview );

		$form->show(
			$this->typed,
			$this->preview->offers ?? $this->services->domain_preview()->of( '', $this->blog_id )->offers,
			'' === $refusal || $is_of_site ? $verdict : $refusal,
			$is_of_site ? $refusal : Preview_View::site( $this->typed->site, $this->blog_id ),
			null === $this->dns ? '' : Preview_View::dns( $this->dns ),
			null !== $this->preview?->refusal || ( null !== $this->refusal && ! $is_of_site )
		);
	}

	private function add( Preview $preview ): ?Refusal {
		// Another site than the one that was meant must not get it, nor none.
		if ( '' !== $this->typed->site && 0 === $this->blog_id ) {
			return Preview_View::unknown_site();
		}

		return $this->services->domain_mapper()->add(
			$preview->domain,
			$this->blog_id,
			$this->typed->way ?? $preview->offers[0]->way ?? Way::Register
		);
	}
}
