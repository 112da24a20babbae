<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Notice;
use ClosteSync\Container;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Dns_Preview;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;

/**
 * Adds the domain that was typed into {@see Add_Domain_Form}, and shows the form with what is in the way. Who may do so is up
 * to the screen.
 */
final class Add_Domain_Panel {

	/** Why the domain was not added. */
	private ?Refusal $refusal = null;

	private ?Preview $preview = null;

	private ?Dns_Preview $dns = null;

	/** The way that must be confirmed before the domain is added in it. */
	private ?Add_Option $to_confirm = null;

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
			$this->to_confirm = $this->to_confirm( $this->preview );
		}

		if ( $this->typed->is_to_be_added && null === $this->to_confirm ) {
			$this->refusal = $this->add( $this->preview );

			if ( null === $this->refusal ) {
				return $this->preview->domain;
			}
		}

		if ( null === $this->preview->refusal ) {
			$this->dns ??= $this->services->domain_preview()->dns( $this->preview );
		}

		return null;
	}

	public function show( Add_Domain_Form $form ): void {
		$is_of_site = Refusal::NO_SITE === $this->refusal?->code;
		$refusal    = null === $this->refusal ? '' : Preview_View::refusal( $this->refusal );
		$verdict    = null === $this->preview ? '' : Preview_View::verdict( $this->preview );

		if ( null !== $this->to_confirm && null !== $this->preview ) {
			$text = sprintf(
				/* translators: %s: domain */
				__( 'Not added yet: the DNS of %s does not point to this network, or could not be checked.', 'closte-sync' ),
				$this->preview->shown
			);
			Notice::show( 'warning', '<strong>' . esc_html( $text ) . '</strong> ' . esc_html( $this->to_confirm->description ) );
		}

		$form->show(
			$this->typed,
			$this->preview->offers ?? $this->services->domain_preview()->of( '', $this->blog_id )->offers,
			'' === $refusal || $is_of_site ? $verdict : $refusal,
			$is_of_site ? $refusal : Preview_View::site( $this->typed->site, $this->blog_id ),
			null === $this->dns ? '' : Preview_View::dns( $this->dns ),
			null !== $this->preview?->refusal || ( null !== $this->refusal && ! $is_of_site ),
			null === $this->to_confirm || null === $this->preview ? '' : $this->confirmation( $this->preview )
		);
	}

	/**
	 * A site whose address changes is off the web until DNS leads to the new one: who adds a domain so says that they know.
	 *
	 * @return ?Add_Option The way that is to be confirmed; null: none.
	 */
	private function to_confirm( Preview $preview ): ?Add_Option {
		$is_confirmed = $this->confirmation( $preview ) === $this->typed->confirmed;

		if ( $is_confirmed || Add_Method::Address !== $this->way( $preview ) || null !== $preview->refusal ) {
			return null;
		}

		foreach ( $preview->offers as $offer ) {
			if ( Add_Method::Address === $offer->way && null === $offer->refusal ) {
				$this->dns = $this->services->domain_preview()->dns( $preview );

				return $this->dns->is_ready ? null : $offer;
			}
		}

		return null;
	}

	/**
	 * What is agreed to: for this domain and site alone.
	 */
	private function confirmation( Preview $preview ): string {
		return "$preview->domain $this->blog_id";
	}

	private function add( Preview $preview ): ?Refusal {
		// Another site than the one that was meant must not get it, nor none.
		if ( '' !== $this->typed->site && 0 === $this->blog_id ) {
			return Preview_View::unknown_site();
		}

		return $this->services->domain_mapper()->add(
			$preview->domain,
			$this->blog_id,
			$this->way( $preview )
		);
	}

	private function way( Preview $preview ): Add_Method {
		return $this->typed->way ?? $preview->offers[0]->way ?? Add_Method::Register;
	}
}
